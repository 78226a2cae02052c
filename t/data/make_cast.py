# Makes cast.txt: what TensorFlow's Cast gives, to be compared bit for bit by check_cpu_cast.c. Needs Python with tensorflow 2.21.
import os; os.environ['TF_CPP_MIN_LOG_LEVEL']='3'
import numpy as np, tensorflow as tf
names={'float32':'TN_FLOAT32','float64':'TN_FLOAT64','float16':'TN_FLOAT16','bfloat16':'TN_BFLOAT16','int8':'TN_INT8','int16':'TN_INT16','int32':'TN_INT32','int64':'TN_INT64','uint8':'TN_UINT8','uint16':'TN_UINT16','uint32':'TN_UINT32','uint64':'TN_UINT64','bool':'TN_BOOL'}
F=[0.0,-0.0,1.0,-1.0,0.5,-0.5,2.9,-2.9,300.0,70000.0,-70000.0,3e9,-3e9,1e20,-1e20,65504.0,1.00048828125,float('inf'),float('-inf'),float('nan')]
def vals(t):
    if t.is_floating:
        return tf.constant(np.array(F,np.float64)).numpy().astype(t.as_numpy_dtype)
    if t==tf.bool: return np.array([False,True])
    i=np.iinfo(t.as_numpy_dtype)
    c=[0,1,2,100,127,128,255,32767,65535,16777217,2147483647,4294967295,9007199254740993,9223372036854775807,18446744073709551615,-1,-2,-128,-32768,-2147483648,-9223372036854775808]
    return np.array([v for v in c if i.min<=v<=i.max],t.as_numpy_dtype)
out=open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'cast.txt'),'w')
out.write('# Cast, by TensorFlow 2.21 on x86-64: from dtype, to dtype, then pairs of element bits in hexadecimal.\n')
def bits(a): 
    a=np.asarray(a); return [format(int(v),'x') for v in a.view('u%d'%a.dtype.itemsize)]
for s in names:
    for d in names:
        st,dt=tf.as_dtype(s),tf.as_dtype(d)
        x=vals(st); y=tf.cast(x,dt).numpy()
        # Left out: NaN, which has many bit patterns, and floats that have no place in an integer, which TensorFlow leaves undefined.
        def lost(v, r):
            if dt.is_floating: return np.isnan(np.float64(r))
            if not st.is_floating or dt == tf.bool: return False
            i = np.iinfo(dt.as_numpy_dtype)
            return not (np.isfinite(v) and i.min <= int(v) <= i.max)
        k=[(a,b) for a,b,v,r in zip(bits(x),bits(y),x.astype(np.float64) if st.is_floating else x,y) if not lost(v,r)]
        out.write(f"{names[s][3:]} {names[d][3:]} "+' '.join(f'{a}:{b}' for a,b in k)+'\n')
